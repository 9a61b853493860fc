import { serveNetwork } from "./network.js";
import { openNetwork } from "./litert_network.js";

serveNetwork(openNetwork);
