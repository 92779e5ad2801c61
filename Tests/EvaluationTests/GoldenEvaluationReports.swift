@testable import Evaluation

extension GoldenReports {
    /// The reports of `ReportSample.evaluation()`.
    static let evaluation: [ReportFormat: String] = [
        .text: #"""
        Evaluation
        model  default (sha256:ab12)
        data   test.csv, more_<b>.jsonl
        rows   6

        Figures
        figure                 value     95 % interval  better is
        accuracy              0.6667  0.3333 to 1.0000  higher
        accuracy_acceptable   0.8333  0.6667 to 1.0000  higher
        accuracy_unambiguous  1.0000  0.5101 to 1.0000  higher
        macro_f1              0.6556  0.3333 to 1.0000  higher
        log_loss              0.9633  0.4155 to 1.5102  lower
        brier                 0.5638  0.2312 to 0.9277  lower
        ece                   0.4583  0.2941 to 0.6422  lower
        share_uncertain       0.1667                 –
        accuracy_certain      0.6000                 –  higher
        Intervals: bootstrap, 50 resamples, seed 7.

        Labels
        label              precision  recall      f1  support
        simple                1.0000  0.6667  0.8000        3
        code                  0.5000  0.5000  0.5000        2
        complex|\u{1b}[2J     0.5000  1.0000  0.6667        1

        Confusion (rows: truth, columns: prediction)
                           simple  code  complex|\u{1b}[2J
        simple                  2     1                  0
        code                    0     1                  1
        complex|\u{1b}[2J       0     0                  1

        Accuracy of the most confident rows
        coverage  covered  threshold  accuracy
            0.10   0.1667     0.9375    1.0000
            0.20   0.3333     0.8750    0.5000
            0.30   0.3333     0.8750    0.5000
            0.40   0.5000     0.7500    0.6667
            0.50   0.5000     0.7500    0.6667
            0.60   0.6667     0.6250    0.5000
            0.70   0.8333     0.5625    0.6000
            0.80   0.8333     0.5625    0.6000
            0.90   1.0000     0.5000    0.6667
            1.00   1.0000     0.5000    0.6667
        Area under the risk-coverage curve: 0.3444.

        Without a model
        baseline                       accuracy  macro_f1
        always simple                    0.5000    0.2222
        random, labels by their share    0.3889    0.3333

        Costs
        answer                         mean cost     95 % interval  accuracy
        most probable label               0.3333  0.0000 to 0.6667    0.6667
        always simple                     0.5000                 –    0.5000
        random, labels by their share     0.6111                 –    0.3889
        No costs were given, so each error costs 1.

        Latency in µs
        p50  2.0
        p99  40.0

        Slices by language
        value                           rows  accuracy            95 %  acceptable  macro_f1            95 %
        en                                 3     0.333  0.061 to 0.792       0.667     0.333  0.000 to 0.800
        日本語                             2     1.000  0.342 to 1.000       1.000     1.000               –
        long long long long long long…     1     1.000  0.207 to 1.000       1.000     1.000               –

        Most confident errors
        row    label  its probability  model              confidence
        row 3  code            0.0625  complex|\u{1b}[2J      0.8750

        Contested labels
        Rows with an alternative: 0 answered with their label, 1 with the alternative, 1 with neither.
        Rows of which the model is sure that they have another label: 1.
        row    label  its probability  model              confidence
        row 3  code            0.0625  complex|\u{1b}[2J      0.8750

        """#,
        .json: #"""
        {
          "model": {"name": "default", "revision": "sha256:ab12"},
          "data": ["test.csv", "more_<b>.jsonl"],
          "rows": 6,
          "total_weight": 6,
          "accuracy": 0.6666666666666666,
          "accuracy_ci95": [0.3333333333333333, 1],
          "accuracy_acceptable": 0.8333333333333334,
          "accuracy_acceptable_ci95": [0.6666666666666666, 1],
          "accuracy_unambiguous": 1,
          "accuracy_unambiguous_ci95": [0.5101091635454027, 1],
          "macro_f1": 0.6555555555555556,
          "macro_f1_ci95": [0.3333333333333333, 1],
          "log_loss": 0.9632691670687551,
          "log_loss_ci95": [0.4155272401556073, 1.510155116860151],
          "brier": 0.5638020833333334,
          "brier_ci95": [0.23121744791666665, 0.9277018229166666],
          "ece": 0.4583333333333333,
          "ece_ci95": [0.2940625, 0.6422395833333332],
          "ece_plain": 0.4583333333333333,
          "share_uncertain": 0.16666666666666666,
          "accuracy_certain": 0.6,
          "per_label": {
            "simple": {"precision": 1, "recall": 0.6666666666666666, "f1": 0.8, "support": 3},
            "code": {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2},
            "complex|\u001b[2J": {"precision": 0.5, "recall": 1, "f1": 0.6666666666666666, "support": 1}
          },
          "per_label_ci95": {
            "simple": {"precision": [0.34238022750665303, 1], "recall": [0.2076596008020477, 0.9385080552796037], "f1": [0, 1]},
            "code": {
              "precision": [0.09453120573423074, 0.9054687942657693],
              "recall": [0.09453120573423074, 0.9054687942657693],
              "f1": [0, 0.8471428571428569]
            },
            "complex|\u001b[2J": {
              "precision": [0.09453120573423074, 0.9054687942657693],
              "recall": [0.20654931437723745, 1],
              "f1": [0, 1]
            }
          },
          "confusion": {"labels": ["simple", "code", "complex|\u001b[2J"], "matrix": [[2, 1, 0], [0, 1, 1], [0, 0, 1]]},
          "reliability": {
            "bins": [
              {"confidence": 0.5, "accuracy": 1, "accuracy_ci95": [0.20654931437723745, 1], "weight": 1},
              {"confidence": 0.5625, "accuracy": 1, "accuracy_ci95": [0.20654931437723745, 1], "weight": 1},
              {"confidence": 0.625, "accuracy": 0, "accuracy_ci95": [0, 0.7934506856227626], "weight": 1},
              {"confidence": 0.75, "accuracy": 1, "accuracy_ci95": [0.20654931437723745, 1], "weight": 1},
              {"confidence": 0.875, "accuracy": 0, "accuracy_ci95": [0, 0.7934506856227626], "weight": 1},
              {"confidence": 0.9375, "accuracy": 1, "accuracy_ci95": [0.20654931437723745, 1], "weight": 1}
            ],
            "right_by_confidence": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0],
            "wrong_by_confidence": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0]
          },
          "coverage_curve": [
            {"coverage": 0.05, "covered": 0.16666666666666666, "threshold": 0.9375, "accuracy": 1},
            {"coverage": 0.1, "covered": 0.16666666666666666, "threshold": 0.9375, "accuracy": 1},
            {"coverage": 0.15, "covered": 0.16666666666666666, "threshold": 0.9375, "accuracy": 1},
            {"coverage": 0.2, "covered": 0.3333333333333333, "threshold": 0.875, "accuracy": 0.5},
            {"coverage": 0.25, "covered": 0.3333333333333333, "threshold": 0.875, "accuracy": 0.5},
            {"coverage": 0.3, "covered": 0.3333333333333333, "threshold": 0.875, "accuracy": 0.5},
            {"coverage": 0.35, "covered": 0.5, "threshold": 0.75, "accuracy": 0.6666666666666666},
            {"coverage": 0.4, "covered": 0.5, "threshold": 0.75, "accuracy": 0.6666666666666666},
            {"coverage": 0.45, "covered": 0.5, "threshold": 0.75, "accuracy": 0.6666666666666666},
            {"coverage": 0.5, "covered": 0.5, "threshold": 0.75, "accuracy": 0.6666666666666666},
            {"coverage": 0.55, "covered": 0.6666666666666666, "threshold": 0.625, "accuracy": 0.5},
            {"coverage": 0.6, "covered": 0.6666666666666666, "threshold": 0.625, "accuracy": 0.5},
            {"coverage": 0.65, "covered": 0.6666666666666666, "threshold": 0.625, "accuracy": 0.5},
            {"coverage": 0.7, "covered": 0.8333333333333334, "threshold": 0.5625, "accuracy": 0.6},
            {"coverage": 0.75, "covered": 0.8333333333333334, "threshold": 0.5625, "accuracy": 0.6},
            {"coverage": 0.8, "covered": 0.8333333333333334, "threshold": 0.5625, "accuracy": 0.6},
            {"coverage": 0.85, "covered": 1, "threshold": 0.5, "accuracy": 0.6666666666666666},
            {"coverage": 0.9, "covered": 1, "threshold": 0.5, "accuracy": 0.6666666666666666},
            {"coverage": 0.95, "covered": 1, "threshold": 0.5, "accuracy": 0.6666666666666666},
            {"coverage": 1, "covered": 1, "threshold": 0.5, "accuracy": 0.6666666666666666}
          ],
          "coverage_curve_ci95": [
            [0.20654931437723745, 1],
            [0.20654931437723745, 1],
            [0.20654931437723745, 1],
            [0.09453120573423074, 0.9054687942657693],
            [0.09453120573423074, 0.9054687942657693],
            [0.09453120573423074, 0.9054687942657693],
            [0.2076596008020477, 0.9385080552796037],
            [0.2076596008020477, 0.9385080552796037],
            [0.2076596008020477, 0.9385080552796037],
            [0.2076596008020477, 0.9385080552796037],
            [0.15003898915214947, 0.8499610108478506],
            [0.15003898915214947, 0.8499610108478506],
            [0.15003898915214947, 0.8499610108478506],
            [0.2307242812760128, 0.882379225767352],
            [0.2307242812760128, 0.882379225767352],
            [0.2307242812760128, 0.882379225767352],
            [0.299993315138392, 0.9032285888942195],
            [0.299993315138392, 0.9032285888942195],
            [0.299993315138392, 0.9032285888942195],
            [0.299993315138392, 0.9032285888942195]
          ],
          "area_under_risk_coverage": 0.3444444444444445,
          "candidates": null,
          "baselines": {
            "majority": {"label": "simple", "accuracy": 0.5, "macro_f1": 0.2222222222222222},
            "random": {"accuracy": 0.3888888888888889, "macro_f1": 0.3333333333333333}
          },
          "costs": {
            "zero_one": true,
            "most_probable": {"cost": 0.3333333333333333, "cost_ci95": [0, 0.6666666666666666], "accuracy": 0.6666666666666666},
            "least_expected_cost": {
              "cost": 0.3333333333333333,
              "cost_ci95": [0, 0.6666666666666666],
              "accuracy": 0.6666666666666666
            },
            "difference": 0,
            "difference_ci95": [0, 0],
            "changed_rows": 0,
            "baselines": {
              "majority": {"label": "simple", "cost": 0.5},
              "cheapest_constant": {"label": "simple", "cost": 0.5},
              "random": {"cost": 0.6111111111111112}
            },
            "by_pair": []
          },
          "label_order": null,
          "latency_us": {"p50": 2, "p99": 40},
          "slices": {
            "language": {
              "values": [
                {
                  "value": "en",
                  "rows": 3,
                  "accuracy": 0.3333333333333333,
                  "accuracy_ci95": [0.06149194472039621, 0.7923403991979522],
                  "accuracy_acceptable": 0.6666666666666666,
                  "accuracy_acceptable_ci95": [0.2076596008020477, 0.9385080552796037],
                  "macro_f1": 0.3333333333333333,
                  "macro_f1_ci95": [0, 0.8]
                },
                {
                  "value": "日本語",
                  "rows": 2,
                  "accuracy": 1,
                  "accuracy_ci95": [0.34238022750665303, 1],
                  "accuracy_acceptable": 1,
                  "accuracy_acceptable_ci95": [0.34238022750665303, 1],
                  "macro_f1": 1,
                  "macro_f1_ci95": null
                },
                {
                  "value": "long long long long long long long long long long long long ",
                  "rows": 1,
                  "accuracy": 1,
                  "accuracy_ci95": [0.20654931437723745, 1],
                  "accuracy_acceptable": 1,
                  "accuracy_acceptable_ci95": [0.20654931437723745, 1],
                  "macro_f1": 1,
                  "macro_f1_ci95": null
                }
              ],
              "values_left_out": 0,
              "rows_left_out": 0
            }
          },
          "errors": [
            {"row": 3, "label": "code", "model": "complex|\u001b[2J", "confidence": 0.875, "probability_of_label": 0.0625}
          ],
          "contested": {
            "alternatives": {"answered_label": 0, "answered_alternative": 1, "answered_neither": 1},
            "suspects": 1,
            "pairs": [{"label": "code", "model": "complex|\u001b[2J", "rows": 1}],
            "most_doubtful": [
              {"row": 3, "label": "code", "model": "complex|\u001b[2J", "confidence": 0.875, "probability_of_label": 0.0625}
            ]
          },
          "bootstrap": {"resamples": 50, "seed": "7"},
          "leaks": null,
          "learning_curve": null
        }

        """#,
        .markdown: #"""
        # Evaluation

        - model: default (sha256:ab12)
        - data: test.csv, more_&lt;b&gt;.jsonl
        - rows: 6

        ## Figures

        | figure | value | 95 % interval | better is |
        | :-- | --: | --: | :-- |
        | accuracy | 0.6667 | 0.3333 to 1.0000 | higher |
        | accuracy_acceptable | 0.8333 | 0.6667 to 1.0000 | higher |
        | accuracy_unambiguous | 1.0000 | 0.5101 to 1.0000 | higher |
        | macro_f1 | 0.6556 | 0.3333 to 1.0000 | higher |
        | log_loss | 0.9633 | 0.4155 to 1.5102 | lower |
        | brier | 0.5638 | 0.2312 to 0.9277 | lower |
        | ece | 0.4583 | 0.2941 to 0.6422 | lower |
        | share_uncertain | 0.1667 | – |  |
        | accuracy_certain | 0.6000 | – | higher |

        Intervals: bootstrap, 50 resamples, seed 7.

        ## Labels

        | label | precision | recall | f1 | support |
        | :-- | --: | --: | --: | --: |
        | simple | 1.0000 | 0.6667 | 0.8000 | 3 |
        | code | 0.5000 | 0.5000 | 0.5000 | 2 |
        | complex\|\\u{1b}\[2J | 0.5000 | 1.0000 | 0.6667 | 1 |

        ## Confusion (rows: truth, columns: prediction)

        |  | simple | code | complex\|\\u{1b}\[2J |
        | :-- | --: | --: | --: |
        | simple | 2 | 1 | 0 |
        | code | 0 | 1 | 1 |
        | complex\|\\u{1b}\[2J | 0 | 0 | 1 |

        ## Accuracy of the most confident rows

        | coverage | covered | threshold | accuracy |
        | --: | --: | --: | --: |
        | 0.10 | 0.1667 | 0.9375 | 1.0000 |
        | 0.20 | 0.3333 | 0.8750 | 0.5000 |
        | 0.30 | 0.3333 | 0.8750 | 0.5000 |
        | 0.40 | 0.5000 | 0.7500 | 0.6667 |
        | 0.50 | 0.5000 | 0.7500 | 0.6667 |
        | 0.60 | 0.6667 | 0.6250 | 0.5000 |
        | 0.70 | 0.8333 | 0.5625 | 0.6000 |
        | 0.80 | 0.8333 | 0.5625 | 0.6000 |
        | 0.90 | 1.0000 | 0.5000 | 0.6667 |
        | 1.00 | 1.0000 | 0.5000 | 0.6667 |

        Area under the risk-coverage curve: 0.3444.

        ## Without a model

        | baseline | accuracy | macro_f1 |
        | :-- | --: | --: |
        | always simple | 0.5000 | 0.2222 |
        | random, labels by their share | 0.3889 | 0.3333 |

        ## Costs

        | answer | mean cost | 95 % interval | accuracy |
        | :-- | --: | --: | --: |
        | most probable label | 0.3333 | 0.0000 to 0.6667 | 0.6667 |
        | always simple | 0.5000 | – | 0.5000 |
        | random, labels by their share | 0.6111 | – | 0.3889 |

        No costs were given, so each error costs 1.

        ## Latency in µs

        - p50: 2.0
        - p99: 40.0

        ## Slices by language

        | value | rows | accuracy | 95 % | acceptable | macro_f1 | 95 % |
        | :-- | --: | --: | --: | --: | --: | --: |
        | en | 3 | 0.333 | 0.061 to 0.792 | 0.667 | 0.333 | 0.000 to 0.800 |
        | 日本語 | 2 | 1.000 | 0.342 to 1.000 | 1.000 | 1.000 | – |
        | long long long long long long long long long long long long  | 1 | 1.000 | 0.207 to 1.000 | 1.000 | 1.000 | – |

        ## Most confident errors

        | row | label | its probability | model | confidence |
        | :-- | :-- | --: | :-- | --: |
        | row 3 | code | 0.0625 | complex\|\\u{1b}\[2J | 0.8750 |

        ## Contested labels

        Rows with an alternative: 0 answered with their label, 1 with the alternative, 1 with neither.

        Rows of which the model is sure that they have another label: 1.

        | row | label | its probability | model | confidence |
        | :-- | :-- | --: | :-- | --: |
        | row 3 | code | 0.0625 | complex\|\\u{1b}\[2J | 0.8750 |

        """#,
    ]
}
