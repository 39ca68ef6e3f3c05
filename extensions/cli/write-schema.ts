import { compose } from './composition.ts';
import { runJsonSchema } from './run-schema.ts';
import { writeWhole } from './write-whole.ts';

// For `npm run schema`, from the root of the project.
const { catalogue, data } = compose();
const schema = runJsonSchema(catalogue, data.named);
await writeWhole('extensions/cli/run.schema.json', `${JSON.stringify(schema, null, 2)}\n`);
