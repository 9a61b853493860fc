// A listener on this machine that notes every byte that is sent to it.

import { createServer } from "node:net";

export async function listen() {
  let received = "";
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => {
      received += data;
      server.emit("received");
      socket.destroy();
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    server, // emits "received"
    address: `http://127.0.0.1:${server.address().port}/`,
    received: () => received,
    forget: () => (received = ""),
    close: () => server.close(),
  };
}
