import"./chunk-IYLF2MEI.js";import"./chunk-U6JVLLCO.js";import"./chunk-MLOU2QLB.js";
