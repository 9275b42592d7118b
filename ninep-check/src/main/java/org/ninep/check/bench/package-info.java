/**
 * What checks are made of: connections that send anything and wait with a bound, sessions over them, and the files that the
 * server has to offer. No check lives here.
 */
@NullMarked
package org.ninep.check.bench;

import org.jspecify.annotations.NullMarked;
