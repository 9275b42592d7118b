package org.ninep.client;

/** The same for a write. */
final class AwaitedWrite extends AwaitedRead implements WriteHandler {}
