import"./chunk-PUKVETNW.js";import"./chunk-B4PYAMO4.js";import"./chunk-DHRQNPTQ.js";
