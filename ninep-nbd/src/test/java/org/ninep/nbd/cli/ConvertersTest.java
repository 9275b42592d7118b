package org.ninep.nbd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ninep.nbd.cli.common.Converters;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {

    @ParameterizedTest
    @CsvSource({"250ms, PT0.25S", "1s, PT1S", "2m, PT2M", "3h, PT3H"})
    void readsDurations(String text, Duration duration) {
        assertEquals(duration, new Converters.OfDuration().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "s", "-1s", "1.5s", "1 s", "0ms", "9999999999s", "1d"})
    void refusesWhatIsNoDuration(String text) {
        assertThrows(TypeConversionException.class, () -> new Converters.OfDuration().convert(text));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "65536, 65536", "64K, 65536", "64k, 65536", "32MiB, 33554432", "1GB, 1073741824", "7B, 7"})
    void readsSizes(String text, long size) {
        assertEquals(size, new Converters.OfSize().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K", "1T", "-1", "1.5M", "1 M", "12345678901"})
    void refusesWhatIsNoSize(String text) {
        assertThrows(TypeConversionException.class, () -> new Converters.OfSize().convert(text));
    }

    @Test
    void readsAddresses() {
        var converter = new ListenAddress.Converter();
        assertEquals(new ListenAddress.Tcp("host", 0), converter.convert("tcp:host:0"));
        assertEquals(new ListenAddress.Tcp("::1", 10809), converter.convert("tcp:[::1]:10809"));
        assertEquals(new ListenAddress.Unix(Path.of("/run/s")), converter.convert("unix:/run/s"));
        assertEquals(new ListenAddress.Unix(Path.of("s").toAbsolutePath()), converter.convert("unix:s"));
        assertEquals(new ListenAddress.Inherited(), converter.convert("inherited"));
    }

    @Test
    void writesTheUrisThatOthersParse() {
        var tcp = new ListenAddress.Tcp("::1", 7);
        var unix = new ListenAddress.Unix(Path.of("/run/a b"));
        assertEquals("nbd://[::1]:7/a%20b%3F", ReadyUri.nbd(tcp, "a b?"));
        assertEquals("nbd+unix:///x?socket=/run/a%20b", ReadyUri.nbd(unix, "x"));
        assertEquals("9p://[::1]:7/?aname=/srv", ReadyUri.ninep(tcp, "/srv"));
        assertEquals("9p+unix:///?socket=/run/a%20b&aname=/srv", ReadyUri.ninep(unix, "/srv"));
    }
}
