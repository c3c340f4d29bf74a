import"./chunk-PUKVETNW.js";import{a as r}from"./chunk-6KCPGRP7.js";import"./chunk-B4PYAMO4.js";import{f as t}from"./chunk-DHRQNPTQ.js";t({reauthenticate:r});
