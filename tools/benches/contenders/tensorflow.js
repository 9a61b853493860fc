import { serveNetwork } from "./network.js";
import { openNetwork } from "./tensorflow_network.js";

serveNetwork(openNetwork);
