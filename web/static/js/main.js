import{a as r}from"./chunk-EIIJS53I.js";import"./chunk-FOQ6CC7I.js";import{e as t}from"./chunk-HLAJ3VXY.js";t({reauthenticate:r});
