/** Searches for inputs that break something, and keeps those that did. No test lives here. */
@NullMarked
package org.ninep.fuzz;

import org.jspecify.annotations.NullMarked;
