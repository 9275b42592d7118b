/**
 * What every other package of the library speaks of: error numbers and the family of exceptions. Nothing here knows a
 * message, a connection or a thread.
 */
@NullMarked
package org.ninep;

import org.jspecify.annotations.NullMarked;
