// The script of a user's page, for administrators: it counts his open tabs.
import { onPage } from "../../framework/browser/runtime"
import { server } from "./server.gen"
import { keepCounted } from "./shared/opentabs"

onPage("#user-sessions", (list, page) => {
  const user = Number(list.dataset.user)
  keepCounted(list, page, () => server.admin.tabs({ user }, page))
})
