// The script of every page. What only one page needs goes into a file of its own beside this one.
import { start } from "../../framework/browser/runtime"
import "./messages"
import { reauthenticate } from "./reauthenticate"

start({ reauthenticate })
