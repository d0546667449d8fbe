// Stage 4: who somebody is, and how a request proves it.

import { startDevice } from "./authentication/second-device.js";
import { startEntrance } from "./authentication/entrance.js";
import { startPasswords } from "./authentication/passwords.js";
import { startRefusals } from "./authentication/refusals.js";
import { startSessions } from "./authentication/sessions.js";
import { startToken } from "./authentication/token.js";

startEntrance();
startRefusals();
startToken();
const device = startDevice();
startSessions(device);
startPasswords(device);
