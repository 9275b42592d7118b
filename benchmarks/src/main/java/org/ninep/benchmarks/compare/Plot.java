package org.ninep.benchmarks.compare;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.data.category.DefaultCategoryDataset;
import org.w3c.dom.Document;

/** Medians as bars, in an SVG file. */
final class Plot {
    private static final String SVG = "http://www.w3.org/2000/svg";
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    private static final int WIDTH = 900;
    private static final int FRAME = 110;
    private static final int BAR = 18;
    /** The colours of Okabe and Ito, which people tell apart who see few colours. */
    private static final List<Color> COLOURS = List.of(new Color(0x0072B2), new Color(0x56B4E9), new Color(0xD55E00),
            new Color(0xE69F00), new Color(0x009E73), new Color(0xCC79A7), new Color(0x999999));

    private Plot() {}

    /** Draws the figures of a metric in a part: a group of bars for each workload, a bar for each subject. */
    static void write(Results results, String part, String title, Metric metric, Path file) throws IOException {
        DefaultCategoryDataset medians = new DefaultCategoryDataset();
        int bars = 0;
        for (String workload : results.workloads(part, metric)) {
            for (String subject : results.subjects(part, metric)) {
                results.median(part, workload, subject, metric)
                        .ifPresent(median -> medians.addValue(median, subject, workload));
                bars++;
            }
        }
        JFreeChart chart = ChartFactory.createBarChart(title, null, metric.unit(), medians,
                PlotOrientation.HORIZONTAL, true, false, false);
        style(chart);
        SVGGraphics2D graphics = new SVGGraphics2D(document());
        int height = FRAME + bars * BAR;
        graphics.setSVGCanvasSize(new Dimension(WIDTH, height));
        chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, height));
        try (Writer writer = Files.newBufferedWriter(file)) {
            graphics.stream(writer, true);
        }
    }

    private static void style(JFreeChart chart) {
        chart.getTitle().setFont(FONT.deriveFont(Font.BOLD, 14));
        chart.getLegend().setItemFont(FONT);
        CategoryPlot plot = chart.getCategoryPlot();
        plot.setBackgroundPaint(Color.WHITE);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        plot.getDomainAxis().setTickLabelFont(FONT);
        plot.getDomainAxis().setMaximumCategoryLabelLines(3);
        plot.getDomainAxis().setCategoryMargin(0.15);
        plot.getRangeAxis().setTickLabelFont(FONT);
        plot.getRangeAxis().setLabelFont(FONT);
        plot.getRangeAxis().setStandardTickUnits(NumberAxis.createStandardTickUnits());
        BarRenderer renderer = (BarRenderer) plot.getRenderer();
        renderer.setBarPainter(new StandardBarPainter());
        renderer.setShadowVisible(false);
        renderer.setItemMargin(0.05);
        for (int i = 0; i < COLOURS.size(); i++) {
            renderer.setSeriesPaint(i, COLOURS.get(i));
        }
    }

    private static Document document() throws IOException {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().getDOMImplementation().createDocument(SVG,
                    "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IOException("the JDK makes no XML documents", e);
        }
    }
}
