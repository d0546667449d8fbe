// A room as Socket.IO's own guide builds it: what one says, everybody in it hears. It keeps nothing.
//
//     node socket_io.js PORT

import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer((request, response) => response.end("ok"));
const server = new Server(http, { transports: ["websocket"], perMessageDeflate: false });

server.on("connection", (socket) => {
  socket.join("room");
  socket.on("send", (message) => server.to("room").emit("message", message));
});

http.listen(Number(process.argv[2]), "127.0.0.1");
