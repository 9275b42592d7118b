/** The simulator's client: here, where it sees what only this package sees. */
@NullMarked
package org.ninep.client;

import org.jspecify.annotations.NullMarked;
