import {
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  SdkError,
  SdkErrorCode,
  UrlElicitationRequiredError,
} from '@modelcontextprotocol/server';

import { propertiesOf, withProperties, type ErrorProperties } from './error-properties.ts';
import type { ValueClass, ValueClasses } from './value-class.ts';

/**
 * The errors of the SDK that asks are rejected with, and that handlers throw: a `catch` or a `finally` that asks needs
 * them after the ask. Their constructors are called for what they put on each instance (the brand that `instanceof` looks
 * for); everything else is written over.
 */
const SDK_ERRORS: ValueClasses = {
  'sdk.ProtocolError': errorClass(
    ProtocolError,
    () => new ProtocolError(ProtocolErrorCode.InternalError, ''),
  ),
  'sdk.ResourceNotFoundError': errorClass(ResourceNotFoundError, () => new ResourceNotFoundError('')),
  'sdk.SdkError': errorClass(SdkError, () => new SdkError(SdkErrorCode.RequestTimeout, '')),
  'sdk.UrlElicitationRequiredError': errorClass(
    UrlElicitationRequiredError,
    () => new UrlElicitationRequiredError([]),
  ),
};

/** The classes whose instances a state may hold: those a server has registered, and the errors of the SDK. */
export function withSdkErrors(classes: ValueClasses | undefined): ValueClasses {
  return { ...classes, ...SDK_ERRORS };
}

function errorClass(type: abstract new (...args: never[]) => Error, create: () => Error): ValueClass {
  return {
    type,
    toData: (error) => propertiesOf(error as Error),
    fromData: (data) => withProperties(create(), data as ErrorProperties),
  };
}
