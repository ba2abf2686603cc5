@sender
Feature: Paginated requests
  A client reads a long list in pieces that both sides can handle, and only
  what changed in a period: the server supports four parameters for it.

  Spec: transport_and_format_pagination, transport_and_format_paginated_request

  Background:
    Given the partner is registered with the target

  Rule: Every list is paginated

    @TRN-025
    Scenario Outline: The <module> list is paginated
      When the partner asks for these pages of the <module> list
        | limit |
        | 2     |
      Then the pages are paginated

      @cpo
      Examples: Lists of a CPO
        | module    |
        | locations |
        | sessions  |
        | cdrs      |
        | tariffs   |

      @emsp
      Examples: Lists of an eMSP
        | module |
        | tokens |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    |
        | terminals |

    @TRN-026
    Scenario Outline: Each parameter has an effect on the <module> list
      Given the target publishes at least 2 <object> objects
      When the partner asks for these pages of the <module> list
        | offset | limit | date_from                                       | date_to                                          |
        | 0      | 2     |                                                 |                                                  |
        | 1      | 2     |                                                 |                                                  |
        | 0      | 1     |                                                 |                                                  |
        | 0      | 2     | a second after the last_updated of the <object> |                                                  |
        | 0      | 2     |                                                 | a second before the last_updated of the <object> |
        | 0      | 2     |                                                 |                                                  |
      Then the pages show the effect of each parameter

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

    @TRN-027
    Scenario Outline: The <module> list needs no parameter
      When the partner asks for these pages of the <module> list
        | limit |
        | 2     |
        |       |
      Then the pages succeed with and without parameters

      @cpo
      Examples: Lists of a CPO
        | module    |
        | locations |
        | cdrs      |
        | tariffs   |

      @emsp
      Examples: Lists of an eMSP
        | module |
        | tokens |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    |
        | terminals |

  Rule: offset and limit choose a stretch of the list

    @TRN-028
    Scenario Outline: Without an offset the <module> list begins at its first object
      Given the target publishes at least 2 <object> objects
      When the partner asks for these pages of the <module> list
        | offset | limit |
        |        | 2     |
        | 0      | 2     |
        |        | 2     |
      Then the pages begin with the same object

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

    @TRN-029
    Scenario Outline: No page of the <module> list is larger than its limit
      Given the target publishes at least 2 <object> objects
      When the partner asks for these pages of the <module> list
        | limit |
        | 1     |
        | 2     |
        | 5     |
      Then the pages hold no more objects than asked for

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

    @TRN-030
    Scenario Outline: A limit above the maximum of the <module> list is accepted
      When the partner asks for these pages of the <module> list
        | limit  |
        | 100000 |
      Then the pages are accepted

      @cpo
      Examples: Lists of a CPO
        | module    |
        | locations |
        | sessions  |
        | cdrs      |
        | tariffs   |

      @emsp
      Examples: Lists of an eMSP
        | module |
        | tokens |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    |
        | terminals |

    @TRN-031
    Scenario Outline: Two pages of the <module> list are one page of double size
      Given the target publishes at least 3 <object> objects
      When the partner asks for these pages of the <module> list
        | offset | limit |
        | 0      | 4     |
        | 0      | 2     |
        | 2      | 2     |
        | 0      | 4     |
      Then the pages hold the objects at their places in the list

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

    @TRN-052
    Scenario Outline: Beyond its end the <module> list is empty
      Given the target publishes at least 1 <object> objects
      When the partner asks for these pages of the <module> list
        | offset                                        |
        | an offset beyond the end of the <object> list |
      Then the pages are empty lists

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

  Rule: date_from and date_to choose a period

    @TRN-032 @TRN-086
    Scenario Outline: date_from is part of the period of the <module> list
      Given the target publishes at least 1 <object> objects
      When the partner asks for these pages of the <module> list
        | limit | date_from                                        | date_to                                         |
        | 50    | a second before the last_updated of the <object> | a second after the last_updated of the <object> |
        | 50    | a second before the last_updated of the <object> | the last_updated of the <object>                |
        | 50    | the last_updated of the <object>                 | a second after the last_updated of the <object> |
        | 50    | 2010-01-01T00:00:00Z                             |                                                 |
        | 50    | a second before the last_updated of the <object> | a second after the last_updated of the <object> |
      Then the pages include what was updated at their date_from

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

    @TRN-033 @TRN-086
    Scenario Outline: date_to is no part of the period of the <module> list
      Given the target publishes at least 1 <object> objects
      When the partner asks for these pages of the <module> list
        | limit | date_from                                        | date_to                                         |
        | 50    | a second before the last_updated of the <object> | a second after the last_updated of the <object> |
        | 50    | a second before the last_updated of the <object> | the last_updated of the <object>                |
        | 50    | the last_updated of the <object>                 | a second after the last_updated of the <object> |
        | 50    | 2010-01-01T00:00:00Z                             |                                                 |
        | 50    | a second before the last_updated of the <object> | a second after the last_updated of the <object> |
      Then the pages exclude what was updated at their date_to

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

    @TRN-034
    Scenario Outline: Periods that adjoin share out the <module> list
      Given the target publishes at least 1 <object> objects
      When the partner asks for these pages of the <module> list
        | limit | date_from                                        | date_to                                         |
        | 50    | a second before the last_updated of the <object> | a second after the last_updated of the <object> |
        | 50    | a second before the last_updated of the <object> | the last_updated of the <object>                |
        | 50    | the last_updated of the <object>                 | a second after the last_updated of the <object> |
        | 50    | a second before the last_updated of the <object> | a second after the last_updated of the <object> |
      Then the pages share the whole period without overlap or gap

      @cpo
      Examples: Lists of a CPO
        | module    | object   |
        | locations | Location |
        | sessions  | Session  |
        | cdrs      | CDR      |
        | tariffs   | Tariff   |

      @emsp
      Examples: Lists of an eMSP
        | module | object |
        | tokens | Token  |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    | object   |
        | terminals | Terminal |

    @TRN-050
    Scenario Outline: A period without changes gives an empty <module> list
      When the partner asks for these pages of the <module> list
        | date_from            | date_to              |
        | 2001-01-01T00:00:00Z | 2001-01-02T00:00:00Z |
      Then the pages are empty lists

      @cpo
      Examples: Lists of a CPO
        | module    |
        | locations |
        | sessions  |
        | cdrs      |
        | tariffs   |

      @emsp
      Examples: Lists of an eMSP
        | module |
        | tokens |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    |
        | terminals |

  Rule: Parameters that mean nothing are client errors

    @TRN-051
    Scenario Outline: The <module> list refuses parameters that mean nothing
      When the partner asks for these pages of the <module> list
        | offset | limit | date_from |
        | -1     |       |           |
        |        | ten   |           |
        |        |       | yesterday |
      Then the pages are refused as invalid

      @cpo
      Examples: Lists of a CPO
        | module    |
        | locations |
        | sessions  |
        | cdrs      |
        | tariffs   |

      @emsp
      Examples: Lists of an eMSP
        | module |
        | tokens |

      @ptp
      Examples: Lists of a payment terminal provider
        | module    |
        | terminals |
