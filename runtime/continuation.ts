/** What a resumable function leaves at the end of a round: text that only its driver reads. */
export class Continuation {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
