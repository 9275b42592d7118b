package org.ninep.check;

/**
 * What is asked of a server.
 *
 * <p>
 * Immutable.
 *
 * @param id a name that stays, {@code group.name}: {@code walk.partial}
 * @param needs what it may only do if it was allowed to
 * @param expected what a server that is right does, in a sentence
 * @param basis the clause of the protocol, or the trap seen in a real server, on which that rests
 */
public record Check(String id, Needs needs, String expected, String basis) {}
