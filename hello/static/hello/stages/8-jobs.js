// Stage 8: work that outlives its request.

import { startCutting } from "../lab/cut.js";
import { startAsking } from "./jobs/asking.js";
import { startCatalogue } from "./jobs/catalogue.js";
import { startOwnJobs } from "./jobs/own.js";

startCutting();
startOwnJobs();
startAsking();
startCatalogue();
