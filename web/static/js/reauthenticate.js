import{a}from"./chunk-6KCPGRP7.js";import"./chunk-B4PYAMO4.js";import"./chunk-DHRQNPTQ.js";export{a as reauthenticate};
