/** Whether `message` is a request or notification with this method, so that its params have the method's type. */
export function isRequest<M extends keyof RequestByMethod>(
  message: { method: string },
  method: M,
): message is RequestByMethod[M] {
  return message.method === method;
}

/** Whether `message` is the notification `method`. */
export function isNotification<M extends keyof NotificationByMethod>(
  message: { method: string },
  method: M,
): message is NotificationByMethod[M] {
  return message.method === method;
}
