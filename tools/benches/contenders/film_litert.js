import { serveFilms } from "./film_usual.js";
import { openNetwork } from "./litert_network.js";

serveFilms(openNetwork);
