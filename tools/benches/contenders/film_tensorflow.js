import { serveFilms } from "./film_usual.js";
import { openNetwork } from "./tensorflow_network.js";

serveFilms(openNetwork);
