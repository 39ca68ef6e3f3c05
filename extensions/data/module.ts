import { ContainerModule } from 'inversify';
import { builtInData, builtInFormats, createDataCatalogue, DataCatalogue } from './data-catalogue.ts';
import { DataFormat } from './data-format.ts';
import { NamedData } from './named-data.ts';

/** Binds the known names, the file formats, and the catalogue of all that are bound. */
export const dataModule = new ContainerModule(({ bind }) => {
  for (const data of builtInData) bind(NamedData).toConstantValue(data);
  for (const format of builtInFormats) bind(DataFormat).toConstantValue(format);
  bind(DataCatalogue).toResolvedValue(
    (named: NamedData[], formats: DataFormat[]) => createDataCatalogue(named, formats),
    [
      { serviceIdentifier: NamedData, isMultiple: true },
      { serviceIdentifier: DataFormat, isMultiple: true },
    ],
  );
});
