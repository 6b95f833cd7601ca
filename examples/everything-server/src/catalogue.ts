/** Which of the optional entries are listed at the moment, for all connections of the process. */
export class Catalogue {
  extraTool = false;
  extraPrompt = false;
}
