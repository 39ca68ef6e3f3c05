import { benchSweeps } from './sweeps.ts';
import { fullPlan } from './plan.ts';
const t=performance.now();
const rows = await benchSweeps({...fullPlan, sweeps:{warm:1,counted:3}}, (l)=>console.error(((performance.now()-t)/1000).toFixed(0), l));
console.error((performance.now()-t)/1000);
console.log(JSON.stringify(rows,null,1));
