import{a as e}from"./chunk-ZWBNDJJW.js";import{a as r}from"./chunk-U6JVLLCO.js";import{c as s}from"./chunk-MLOU2QLB.js";s("#session-list",(i,o)=>e(i,o,()=>r.sessions.tabs(o)));
