import { compose } from './composition.ts';
import { schemaText } from './run-schema.ts';
import { writeWhole } from './write-whole.ts';

const { catalogue, data } = compose();
await writeWhole('extensions/cli/run.schema.json', schemaText(catalogue, data.named));
