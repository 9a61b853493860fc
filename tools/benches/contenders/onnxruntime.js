import { serveNetwork } from "./network.js";
import { openNetwork } from "./onnxruntime_network.js";

serveNetwork(openNetwork);
