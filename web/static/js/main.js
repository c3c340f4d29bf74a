import{a as r}from"./chunk-RRKVWAIX.js";import"./chunk-FOQ6CC7I.js";import{e as t}from"./chunk-HLAJ3VXY.js";t({reauthenticate:r});
