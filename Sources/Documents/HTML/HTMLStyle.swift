/// The one style of all printable pages: logical sides, so that it serves both directions.
enum HTMLStyle {
    static let text = """
        @page{size:A4;margin:17mm 16mm 18mm;
        @bottom-center{content:counter(page) " / " counter(pages);
        font:8pt "Noto Sans",sans-serif;color:#6b7280}}
        *{box-sizing:border-box;margin:0;padding:0}
        html{font:9.5pt/1.5 "Noto Sans","Noto Sans Arabic","Noto Naskh Arabic",system-ui,sans-serif;
        color:#1a1f2b;background:#eceef2;-webkit-print-color-adjust:exact;print-color-adjust:exact}
        main{width:210mm;min-height:297mm;margin:8mm auto;padding:17mm 16mm 18mm;background:#fff;
        box-shadow:0 1px 8px #1a1f2b26}
        @media print{html{background:#fff}main{width:auto;min-height:0;margin:0;padding:0;
        box-shadow:none}}
        h1{font-size:21pt;font-weight:600;line-height:1.2;letter-spacing:-.01em}
        [dir=rtl] h1{letter-spacing:0}
        h2{font-size:8pt;font-weight:600;color:#6b7280;margin-block-end:1mm}
        bdi{overflow-wrap:anywhere}
        header{display:flex;justify-content:space-between;align-items:flex-start;gap:10mm}
        .brand img{display:block;max-width:60mm;max-height:18mm}
        .brand p{font-size:14pt;font-weight:600;overflow-wrap:anywhere}
        .title{text-align:end}
        .title p{color:#6b7280;font-size:10.5pt;font-variant-numeric:tabular-nums}
        .stamp{display:inline-block;margin-block-start:5mm;padding:1mm 4mm;color:#b42318;
        border:1.5pt solid;border-radius:1.5mm;font-size:13pt;font-weight:700}
        .parties{display:grid;grid-template-columns:1fr 1fr 1fr;gap:8mm;margin-block-start:11mm}
        .parties strong{font-weight:600}
        .parties section{min-width:0}
        .parties dl{margin-block-start:2mm}
        .parties .facts dl{margin:0}
        dt{font-size:8pt;color:#6b7280}
        dd{margin-block-end:1.2mm;font-variant-numeric:tabular-nums}
        .headline{display:flex;flex-wrap:wrap;gap:4mm 12mm;align-items:flex-end;
        margin-block:9mm 8mm;padding:4mm 5mm;background:#f3f5f9;border-radius:2mm;
        break-inside:avoid}
        .headline div:first-child{margin-inline-end:auto}
        .headline.many div{flex:1}
        .headline.many div:first-child{flex:1 0 100%}
        .headline h2{margin:0}
        .headline p{font-size:17pt;font-weight:600;line-height:1.3;
        font-variant-numeric:tabular-nums}
        .headline p.small{font-size:10.5pt;font-weight:400;line-height:1.8}
        table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums lining-nums}
        thead{display:table-header-group}
        tr{break-inside:avoid}
        th{font-size:8pt;font-weight:600;color:#6b7280;text-align:start;vertical-align:bottom;
        padding:0 0 1.5mm;border-block-end:.8pt solid #1a1f2b}
        td{padding:2mm 0;vertical-align:top;border-block-end:.5pt solid #dfe3ea}
        th+th,td+td{padding-inline-start:5mm}
        .n{text-align:right;white-space:nowrap}
        .lines .n,.totals td{width:1%}
        .sums{display:grid;grid-template-columns:1fr 1fr;gap:12mm;margin-block-start:7mm;
        align-items:start;break-inside:avoid}
        .taxes{font-size:8.5pt}
        .taxes th{border-block-end-width:.5pt}
        .taxes td{padding:1.2mm 0}
        .totals th,.totals td{font-size:9.5pt;font-weight:400;color:#1a1f2b;padding-block:1.2mm;
        border:0;vertical-align:baseline}
        .totals .strong th,.totals .strong td{font-size:12pt;font-weight:600;
        border-block-start:.8pt solid #1a1f2b;padding-block:2mm}
        .closing{margin-block-start:9mm;display:grid;gap:4mm}
        .closing section{break-inside:avoid}
        .closing dl{display:flex;flex-wrap:wrap;gap:0 8mm}
        .closing dl dt{flex:0 0 34mm;font-size:8.5pt}
        .closing dl dd{flex:1 0 calc(100% - 42mm);margin:0}
        .quiet{font-size:8pt;color:#6b7280}

        """
}
