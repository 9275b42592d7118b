/** Programs of others that tests run against: finding, starting and ending them. No test lives here. */
@NullMarked
package org.ninep.peer;

import org.jspecify.annotations.NullMarked;
