import type { FastifyReply } from 'fastify'

const jsonType = 'application/json;charset=UTF-8'

/** Sends a body that is JSON text already. */
export function sendJsonText(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type(jsonType).send(text)
}

export function sendJson(reply: FastifyReply, status: number, value: unknown): FastifyReply {
  return sendJsonText(reply, status, JSON.stringify(value))
}

/** An answer without body has no content type either (2.4). */
export function sendEmpty(reply: FastifyReply, status: number): FastifyReply {
  return reply.code(status).send()
}
