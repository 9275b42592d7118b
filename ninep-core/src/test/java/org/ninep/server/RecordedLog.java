package org.ninep.server;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

/** A log that keeps what an administrator reads by default, as it would be printed, but without stack traces. */
final class RecordedLog {
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final Logger logger = (Logger) Proxy.newProxyInstance(Logger.class.getClassLoader(),
            new Class<?>[]{Logger.class}, (_, method, arguments) -> {
                switch (method.getName()) {
                    case "info", "warn" -> lines.add(formatted(arguments));
                    case "error" -> lines.add(arguments[0] + ": " + arguments[1]);
                    default -> {
                        // is for developers
                    }
                }
                return null;
            });

    private static String formatted(Object[] arguments) {
        Object[] values = arguments[1] instanceof Object[] several ? several : new Object[]{arguments[1]};
        return MessageFormatter.arrayFormat((String) arguments[0], values).getMessage();
    }

    Logger logger() {
        return logger;
    }

    /** What was logged so far, as informing, warning or error. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Forgets what was logged so far. */
    void forget() {
        lines.clear();
    }
}
