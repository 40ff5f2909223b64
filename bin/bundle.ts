/** `npm run bundle`: makes the program that the container images hold. */
import { bundle } from '../k8s/agent/bundle.ts';

console.log(await bundle());
