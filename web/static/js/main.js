import"./chunk-IYLF2MEI.js";import{a as r}from"./chunk-Q7YLYXY6.js";import"./chunk-U6JVLLCO.js";import{f as t}from"./chunk-MLOU2QLB.js";t({reauthenticate:r});
