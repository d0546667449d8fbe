// Where everybody begins: a server without a single route.
import express from "express";

express().listen(Number(process.argv[2] ?? 3000), "127.0.0.1");
