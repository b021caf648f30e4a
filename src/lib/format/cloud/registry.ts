// Enter here: logs of cloud services: load balancers, flow logs.

import type { Format } from "../format.js";
import { awsAlb } from "./aws-alb.js";
import { awsElb } from "./aws-elb.js";
import { awsLambda } from "./aws-lambda.js";
import { awsNlb } from "./aws-nlb.js";
import { awsRoute53 } from "./aws-route53.js";
import { awsS3 } from "./aws-s3.js";
import { awsVpcFlow } from "./aws-vpc-flow.js";

/** Logs of cloud services, the most particular first. */
export const cloudFormats: readonly Format[] = [
  awsAlb,
  awsNlb,
  awsElb,
  awsS3,
  awsVpcFlow,
  awsRoute53,
  awsLambda,
];
