/**
 * The client: {@link org.ninep.client.Client} is one connection to a server, {@link org.ninep.client.RemoteFile} a file
 * on it, {@link org.ninep.client.RemoteDirectory} and {@link org.ninep.client.RemoteLocks} what can be done about its names
 * and locks. One thread per connection reads replies and keeps the time; it never waits for anybody, and what it calls
 * back must not either. Reconnecting, replicas and retries are not here.
 */
@NullMarked
package org.ninep.client;

import org.jspecify.annotations.NullMarked;
