/**
 * What every other package stands on: Linux error numbers, the family of exceptions, and the source of time. Nothing
 * here knows a message, a socket or a thread.
 */
@NullMarked
package org.ninep;

import org.jspecify.annotations.NullMarked;
