/** What a rewritten handler does from round to round: data for reports. */
export interface HandlerFlow {
  /** The first is where the handler starts. */
  readonly phases: readonly FlowPhase[];
  readonly asks: readonly FlowAsk[];
  /** Questions on the longest way to the result; undefined when a loop asks. */
  readonly rounds: number | undefined;
}

export interface FlowPhase {
  /** `start`, or the step of the state: `awaiting-choice`. */
  readonly name: string;
  /** What the state holds when this phase begins. */
  readonly carried: readonly CarriedField[];
  /** Whether the handler may return or throw from here. */
  readonly mayEnd: boolean;
}

export interface CarriedField {
  readonly name: string;
  /** As the state type says it. */
  readonly type: string;
  /** Its length as text with values of usual size; undefined where the type does not tell. */
  readonly characters: number | undefined;
  /** It holds a string or a list, which may be of any length. */
  readonly grows: boolean;
}

/** A question that ends one phase and begins another. */
export interface FlowAsk {
  readonly from: string;
  readonly to: string;
  readonly key: string;
  /** What is asked: `form`, `url`, `sampling`, … */
  readonly kinds: readonly string[];
}
