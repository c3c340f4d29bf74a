// The script of the list of sessions in the settings: it counts the open tabs, the one that shows it among them.
import { onPage } from "../../framework/browser/runtime"
import { server } from "./server.gen"
import { keepCounted } from "./shared/opentabs"

onPage("#session-list", (list, page) => keepCounted(list, page, () => server.sessions.tabs(page)))
