// Stage 6: files from strangers, handled with care.

import { startDropZone } from "./uploads/drop-zone.js";
import { startOwn } from "./uploads/own.js";
import { startRefused } from "./uploads/refused.js";
import { startTransfers, take } from "./uploads/transfers.js";

startOwn();
startTransfers();
startDropZone(take);
startRefused(take);
