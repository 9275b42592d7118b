/**
 * The test kit, published beside the library: {@link org.ninep.testkit.ScriptedPeer} is a 9P server that does what a test
 * says, byte by byte, and {@link org.ninep.testkit.FakeClock} a time that a test moves. Nothing here depends on a test
 * framework, sleeps, or waits without a bound; what was expected and did not come is an {@link AssertionError} that says
 * what came instead.
 */
@NullMarked
package org.ninep.testkit;

import org.jspecify.annotations.NullMarked;
