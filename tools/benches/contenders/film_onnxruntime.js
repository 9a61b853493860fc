import { serveFilms } from "./film_usual.js";
import { openNetwork } from "./onnxruntime_network.js";

serveFilms(openNetwork);
